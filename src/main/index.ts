/** The desktop's first lines: one instance, and the supervisor as a child process that ends with it. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { app } from 'electron';

if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(() => {
    const supervisor = fork(join(app.getAppPath(), 'dist', 'cli.cjs'), ['--headless']);
    supervisor.once('exit', (code) => app.exit(code ?? 1));
    app.once('will-quit', () => supervisor.kill('SIGTERM'));
  });
} else {
  app.quit();
}
