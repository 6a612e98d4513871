// Compiles the kernels (codec/assembly) to WebAssembly and to a module that carries it as text, for every runtime.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main } from 'assemblyscript/asc';

const codec = path.resolve(import.meta.dirname, '..');
const build = path.join(codec, 'build');
mkdirSync(build, { recursive: true });

const options = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--runtime', 'stub'];
const features = ['--enable', 'simd', '--initialMemory', '16', '--maximumMemory', '65536'];
const files = ['assembly/index.ts', '--baseDir', codec, '--outFile', 'build/kernels.wasm'];
const { error, stderr } = await main([...files, ...options, ...features]);
if (error) {
  console.error(stderr.toString());
  throw new Error('the kernels do not compile; the lines above say why', { cause: error });
}

const wasm = readFileSync(path.join(build, 'kernels.wasm'));
const text = `// Made by codec/scripts/build.ts from codec/assembly; not kept in the repository.
export const kernels =
  '${wasm.toString('base64')}';
`;
writeFileSync(path.join(build, 'kernels.ts'), text);
console.log(`kernels: ${wasm.length} bytes of WebAssembly`);
