import type { ReactNode } from 'react';
import { useBerth } from '../../app/context.ts';
import { openAddress } from '../../app/outside.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { documentOf } from './documents.ts';
import type { Block, Inline } from './model/markdown.ts';

const headingLooks = [
  'pt-5 text-[20px]/7 font-semibold',
  'mt-7 border-b border-line pb-1.5 text-heading font-semibold',
] as const;

/** One block of a document. */
export function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading': {
      const Tag = block.level === 1 ? 'h1' : block.level === 2 ? 'h2' : 'h3';
      return (
        <Tag
          id={`doc-${block.id}`}
          className={headingLooks[block.level - 1] ?? 'mt-5 text-body font-semibold'}
        >
          <Inlines content={block.content} />
        </Tag>
      );
    }
    case 'paragraph':
      return (
        <p className="mt-3">
          <Inlines content={block.content} />
        </p>
      );
    case 'code':
      return (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
          tabIndex={0}
          className="mt-3 overflow-x-auto rounded-md border border-line bg-panel px-3 py-2 font-mono text-mono"
        >
          {block.text}
        </pre>
      );
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul';
      return (
        <List
          className={cn(
            'mt-3 flex flex-col gap-1 pl-5',
            block.isOrdered ? 'list-decimal' : 'list-disc',
          )}
        >
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change
            <li key={index}>
              <Inlines content={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return (
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
          tabIndex={0}
          className="mt-3 overflow-x-auto"
        >
          <table className="w-full border-collapse text-left">
            <thead>
              <tr className="border-b border-line text-caption text-dim">
                {block.head.map((cell, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change
                  <th key={index} scope="col" className="py-1.5 pr-4 font-normal">
                    <Inlines content={cell} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change
                <tr key={index} className="border-b border-line align-top last:border-b-0">
                  {row.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change
                    <td key={column} className="py-1.5 pr-4">
                      <Inlines content={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

const Inlines = ({ content }: { readonly content: readonly Inline[] }): ReactNode =>
  content.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change
    <InlineView key={index} part={part} />
  ));

function InlineView({ part }: { readonly part: Inline }) {
  const { toasts, router } = useBerth();
  const { item } = useStore(router.route);
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code className="font-mono text-mono break-words">{part.text}</code>;
    case 'strong':
      return <strong className="font-semibold">{part.text}</strong>;
    case 'emphasis':
      return <em>{part.text}</em>;
    case 'link': {
      const { to } = part;
      const look =
        'text-accent underline decoration-line underline-offset-2 hover:decoration-current';
      if (/^https?:\/\//.test(to)) {
        return (
          <button
            type="button"
            className={look}
            onClick={() => void openAddress(to).catch(toasts.failed)}
          >
            <Inlines content={part.text} />
          </button>
        );
      }
      const [file = '', at] = to.split('#');
      const name = file === '' ? item : file;
      // What is not in the interface is named, and leads nowhere.
      if (name === null || documentOf(name) === null) return <Inlines content={part.text} />;
      return (
        <a
          className={look}
          href={`#${addressOf('settings', name, at === undefined ? {} : { at })}`}
        >
          <Inlines content={part.text} />
        </a>
      );
    }
  }
}
