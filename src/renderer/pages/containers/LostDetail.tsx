import type { MappingView } from '../../../shared/contract/containers.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { DetailHeader } from './DetailHeader.tsx';
import { MappingList } from './MappingList.tsx';
import { describeMapping, mappingStates } from './model/words.ts';

/** A mapping whose container is not there: it waits for one. */
export function LostDetail({ mapping }: { readonly mapping: MappingView }) {
  const shown = mappingStates[mapping.state];
  return (
    <div className="flex flex-col gap-4">
      <DetailHeader
        title={describeMapping(mapping)}
        glyph={<StatusGlyph status={shown.status} says={shown.word} word />}
        facts="No such container is there now. One that starts under this name gets the host’s requests again."
      />
      <MappingList mappings={[mapping]} of="container" />
    </div>
  );
}
