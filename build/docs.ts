/** Writes the pages that are made from the code: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { cliPage } from './cliPage.ts';
import { configPage } from './configPage.ts';
import { errorsPage } from './errorsPage.ts';

writeFileSync('docs/CLI.md', cliPage());
writeFileSync('docs/CONFIG.md', configPage());
writeFileSync('docs/ERRORS.md', errorsPage());
