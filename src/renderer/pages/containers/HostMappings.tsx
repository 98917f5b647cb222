import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Section } from '../hosts/detail/Section.tsx';
import { MappingList } from './MappingList.tsx';

/** On the page of a host: the containers that are mapped to it. */
export function HostMappings({ name }: { readonly name: string }) {
  const view = useStore(useBerth().containers.view);
  const mappings = view?.mappings.filter((one) => one.name === name) ?? [];
  if (mappings.length === 0) return null;
  return (
    <Section
      title="Containers"
      aside={<span className="text-dim">Their addresses are kept among the backends.</span>}
    >
      <MappingList mappings={mappings} of="host" />
    </Section>
  );
}
