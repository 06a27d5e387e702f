import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Gives the service worker the names of all files of this build, so that the shell opens without the daemon. */
function shell(): Plugin {
  return {
    name: 'shell',
    apply: 'build',
    generateBundle(_options, bundle) {
      const names = [...Object.keys(bundle), ...readdirSync('public')].filter((n) => !n.endsWith('.html')).sort();
      const files = ['/', ...names.map((n) => `/${n}`)];
      const version = createHash('sha256')
        .update(
          Object.values(bundle)
            .map((b) => b.fileName)
            .join(),
        )
        .digest('hex')
        .slice(0, 12);
      const source = readFileSync('src/sw.js', 'utf8')
        .replace('__VERSION__', version)
        .replace('__FILES__', JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

/** The permissive licences ask that their text goes along with the copies in the bundle. */
function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const roots = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of chunk.moduleIds) {
          const found = /^\0?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
          if (found) roots.add(found[1]);
        }
      }
      const texts = [...roots].sort().map(licenceOf);
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('\n\n' + '-'.repeat(72) + '\n\n') });
    },
  };
}

function licenceOf(root: string): string {
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  // A package of a monorepo may leave the text to its parent folder.
  const file = [root, dirname(root)]
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((name) => /\/licen[cs]e(\.md|\.txt)?$/i.test(name));
  return `${about.name} ${about.version} (${about.license})\n\n${file ? readFileSync(file, 'utf8').trim() : ''}`;
}

export default defineConfig({
  plugins: [svelte(), licences(), shell()],
  base: '/',
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined assets would be `data:` fonts and scripts, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
