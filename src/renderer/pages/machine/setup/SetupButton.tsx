import { useApi, useBerth } from '../../../app/context.ts';
import { Button } from '../../../ui/Button.tsx';

/** Opens the whole set-up. */
export function SetupButton({ look = 'plain' }: { readonly look?: 'plain' | 'primary' }) {
  const { machine } = useBerth();
  const api = useApi();
  return (
    <Button look={look} disabled={api === null} onClick={() => machine.isSettingUp.set(true)}>
      Set up this machine…
    </Button>
  );
}
