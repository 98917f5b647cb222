import { expect, test } from 'vitest';
import { withBlock } from '../names/hostsFile/block.ts';
import { foreignLines } from './hostsLines.ts';

test.each([
  ['portless', '# portless-start\n127.0.0.1 a.test\n# portless-end'],
  ['Local', '## Local - Start ##\n127.0.0.1 a.test #Local Site\n## Local - End ##'],
  ['Local', '127.0.0.1 a.test #Local Site - my shop'],
  ['Laragon', '127.0.0.1      a.test  #laragon magic!'],
  [
    'vagrant-hostmanager',
    '## vagrant-hostmanager-start id: 1\n10.0.0.1 a.test\n## vagrant-hostmanager-end',
  ],
  ['vagrant-hostsupdater', '10.0.0.1 a.test # VAGRANT: 1f (default) / 2e'],
  ['hostctl', '# profile.on work\n127.0.0.1 a.test\n# end'],
  ['Docker Desktop', '# Added by Docker Desktop\n192.168.0.2 a.test\n# End of section'],
])('a line of %s is known by what it left', (tool, text) => {
  const lines = foreignLines(`127.0.0.1 localhost\n${text}\n127.0.0.1 b.test\n`);
  expect(lines.find(({ names }) => names.includes('a.test'))?.tool).toBe(tool);
  // What stands outside of its block is not its.
  expect(lines.find(({ names }) => names.includes('b.test'))?.tool).toBeNull();
});

test('lines are told by their number in the file, those of Berth left out', () => {
  const made = withBlock('127.0.0.1 localhost\n', ['app.test'], '\n', {
    ...{ id: '0a1b2c3d', of: '/home/one' },
  });
  const text = `${made.ok ? made.text : ''}10.0.0.1\tOne.Test two.test # ours\nnonsense line\n`;
  expect(foreignLines(text)).toEqual([
    { line: 1, address: '127.0.0.1', names: ['localhost'], tool: null },
    { line: 6, address: '10.0.0.1', names: ['one.test', 'two.test'], tool: null },
  ]);
});
