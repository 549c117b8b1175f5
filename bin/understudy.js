#!/usr/bin/env node
// The sources run as they are: tsx strips the types, so a clone needs no build before `npx understudy`.
import { register } from 'tsx/esm/api';

register();
await import('../src/cli/main.ts');
