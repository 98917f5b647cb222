import type { HostView } from '../../../../shared/contract/hosts.ts';
import { type Policy, policies } from '../../../../shared/model/options.ts';
import { useBerth } from '../../../app/context.ts';
import { useStore } from '../../../state/store.ts';
import { Button } from '../../../ui/Button.tsx';
import { fieldLook } from '../../../ui/field.ts';
import { Switch } from '../../../ui/Switch.tsx';
import type { HostActions } from '../actions.ts';
import { Section, Setting } from './Section.tsx';
import { TextSetting } from './TextSetting.tsx';

const policyWords: Readonly<Record<Policy, { readonly word: string; readonly meaning: string }>> = {
  random: { word: 'Random', meaning: 'Any backend, by weight' },
  'round-robin': { word: 'Round robin', meaning: 'One after the other, by weight' },
  'least-connections': {
    word: 'Least connections',
    meaning: 'The one with the fewest requests under way',
  },
  'client-hash': {
    word: 'By client address',
    meaning: 'The same client address, the same backend, as long as it lives',
  },
  sticky: {
    word: 'Sticky cookie',
    meaning: 'A cookie keeps a browser on the backend it first met',
  },
};

/** What a host does with its requests; each choice is written at once. */
export function Options({
  host,
  actions,
}: {
  readonly host: HostView;
  readonly actions: HostActions;
}) {
  const listeners = useStore(useBerth().live.status)?.listeners ?? [];
  const { options } = host;
  const isUnreadable = host.findings.some(({ rule }) => rule === 'unreadable-options');
  const hasTls = listeners.some(({ secure }) => secure);
  return (
    <Section title="Options">
      {isUnreadable && (
        <div className="mb-2 flex items-center gap-3">
          <p className="text-down">
            <span aria-hidden>▲ </span>
            What the store has of its options cannot be read: the defaults hold.
          </p>
          <Button onClick={() => void actions.change(host, { reset: true })}>
            Begin with the defaults
          </Button>
        </div>
      )}
      <div className="divide-y divide-line">
        <Setting
          label="Paused"
          meaning="No request goes to a backend; each is answered that the host is paused."
        >
          {({ describedBy }) => (
            <Switch
              label="Paused"
              describedBy={describedBy}
              isOn={options.paused}
              onChange={(paused) => void actions.setPaused([host], paused)}
            />
          )}
        </Setting>
        <Setting label="Policy" meaning={`${policyWords[options.policy].meaning}.`}>
          {({ describedBy }) => (
            <select
              aria-label="Policy"
              aria-describedby={describedBy}
              value={options.policy}
              onChange={(event) => {
                const policy = policies.find((known) => known === event.currentTarget.value);
                if (policy !== undefined) void actions.change(host, { options: { policy } });
              }}
              className={fieldLook}
            >
              {policies.map((policy) => (
                <option key={policy} value={policy}>
                  {policyWords[policy].word}
                </option>
              ))}
            </select>
          )}
        </Setting>
        <Setting
          label="Host header"
          meaning="What a backend gets as Host. Some servers answer to their own address alone."
        >
          {({ describedBy }) => (
            <select
              aria-label="Host header"
              aria-describedby={describedBy}
              value={options.hostHeader}
              onChange={(event) => {
                const hostHeader = event.currentTarget.value === 'backend' ? 'backend' : 'client';
                void actions.change(host, { options: { hostHeader } });
              }}
              className={fieldLook}
            >
              <option value="client">As the client sent it</option>
              <option value="backend">The backend’s own address</option>
            </select>
          )}
        </Setting>
        <Setting
          label="Redirect to HTTPS"
          meaning={
            hasTls
              ? 'Plain HTTP is answered with 308 to the same address over HTTPS.'
              : 'Nothing listens for HTTPS here: it has no effect until something does.'
          }
        >
          {({ describedBy }) => (
            <Switch
              label="Redirect to HTTPS"
              describedBy={describedBy}
              isOn={options.redirectToHttps}
              isDisabled={!hasTls && !options.redirectToHttps}
              onChange={(redirectToHttps) =>
                void actions.change(host, { options: { redirectToHttps } })
              }
            />
          )}
        </Setting>
        <Setting
          label="Identifier"
          meaning="What its list begins with in the store; it stands in the access log."
        >
          {({ describedBy }) => (
            <TextSetting
              host={host}
              label="Identifier"
              describedBy={describedBy}
              value={host.identifier}
              onSave={(seen, identifier) => actions.change(seen, { identifier })}
            />
          )}
        </Setting>
      </div>
    </Section>
  );
}
