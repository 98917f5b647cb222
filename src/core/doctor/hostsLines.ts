import { isIpv4, isIpv6 } from '../../shared/config/address.ts';
import { berthLines } from '../names/hostsFile/index.ts';

/** A line of a hosts file that gives names an address, outside the blocks of Berth. */
export interface ForeignLine {
  /** Of the file, from 1. */
  readonly line: number;
  readonly address: string;
  /** In lower case. */
  readonly names: readonly string[];
  /** The program that wrote it; null where that cannot be told. */
  readonly tool: string | null;
}

interface Tool {
  readonly name: string;
  /** What begins and ends its block. */
  readonly block?: readonly [RegExp, RegExp];
  /** What stands behind its lines. */
  readonly comment?: RegExp;
}

/** Programs that write names of development hosts, by what they leave in the file. */
const tools: readonly Tool[] = [
  { name: 'portless', block: [/^# portless-start/, /^# portless-end/] },
  {
    name: 'localias',
    block: [/^#.*\blocalias\b.*(begin|start)/i, /^#.*\blocalias\b.*end/i],
    comment: /\blocalias\b/i,
  },
  { name: 'Local', block: [/^## Local - Start ##/, /^## Local - End ##/], comment: /#Local Site/ },
  { name: 'Laragon', comment: /#\s*laragon magic!/i },
  { name: 'DDEV', comment: /#.*\bddev\b/i },
  { name: 'MAMP PRO', comment: /#\s*MAMP PRO/ },
  {
    name: 'vagrant-hostmanager',
    block: [/^## vagrant-hostmanager-start/, /^## vagrant-hostmanager-end/],
  },
  { name: 'vagrant-hostsupdater', comment: /#\s*VAGRANT:/ },
  { name: 'hostctl', block: [/^# profile\.(on|off) /, /^# end$/] },
  { name: 'Docker Desktop', block: [/^# Added by Docker Desktop/, /^# End of section/] },
];

/** Lines of others. A block that is damaged counts as theirs: whose a line in it is cannot be told. */
export function foreignLines(text: string): readonly ForeignLine[] {
  const isOurs = berthLines(text);
  const found: ForeignLine[] = [];
  let open: Tool | null = null;
  for (const [index, written] of text.split('\n').entries()) {
    if (isOurs(index)) continue;
    const line = written.trim();
    const begun = tools.find(({ block }) => block?.[0].test(line) === true);
    if (begun !== undefined) open = begun;
    const [content = '', ...comment] = line.split('#');
    const [address, ...names] = content.trim().split(/\s+/);
    if (address !== undefined && names.length > 0 && (isIpv4(address) || isIpv6(address))) {
      const behind = comment.length === 0 ? '' : `#${comment.join('#')}`;
      const marked = tools.find((tool) => tool.comment?.test(behind) === true);
      found.push({
        line: index + 1,
        address,
        names: names.map((name) => name.toLowerCase()),
        tool: (marked ?? open)?.name ?? null,
      });
    }
    if (open?.block?.[1].test(line) === true) open = null;
  }
  return found;
}
