import { useStore } from '../state/store.ts';
import { Button } from '../ui/Button.tsx';
import { cn } from '../ui/cn.ts';
import { useBerth } from './context.ts';

export function ToastList() {
  const { toasts } = useBerth();
  const list = useStore(toasts.list);
  return (
    <div
      role="status"
      className="pointer-events-none fixed right-4 bottom-10 z-50 flex flex-col items-end gap-2"
    >
      {list.map((toast) => (
        <div
          key={toast.id}
          className={cn(
            'pointer-events-auto flex max-w-md items-center gap-3 rounded-md border bg-raised px-3 py-2 shadow-float',
            toast.kind === 'failed' ? 'border-down' : 'border-line',
          )}
        >
          <span>
            {toast.text}
            {toast.code !== undefined && (
              <span className="block text-caption text-dim">{toast.code}</span>
            )}
          </span>
          {toast.action !== undefined && (
            <Button
              onClick={() => {
                toasts.dismiss(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
