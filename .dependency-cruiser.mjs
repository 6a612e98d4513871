/** The direction of imports (DESIGN section 4). The build fails on a forbidden import and on a cycle. */
const layer = (name, from, to, comment) => ({ name, comment, severity: 'error', from: { path: from }, to });
const tests = '\\.test\\.ts$';

export default {
  forbidden: [
    layer('no-cycles', '', { circular: true }, 'A cycle hides which part stands on which.'),
    layer(
      'codec-stands-alone',
      '^codec/src',
      { path: '^(packages|server|client|test)/' },
      'The codec imports nothing of ours.',
    ),
    layer(
      'codec-is-pure',
      '^codec/src/(?!.*\\.test\\.ts$|node/)',
      { dependencyTypes: ['core'] },
      'The codec runs in browsers: no Node modules outside codec/src/node.',
    ),
    layer(
      'protocol-stands-alone',
      '^packages/protocol',
      { path: '^(codec|packages/(?!protocol)|server|client|test)/' },
      'The protocol imports nothing of ours.',
    ),
    layer(
      'packages-point-down',
      '^packages/',
      { path: '^(server|client|test)/' },
      'Packages do not know who uses them.',
    ),
    {
      name: 'packages-stay-apart',
      comment: 'A package uses the codec; only stream uses the protocol too.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/($1|protocol)/' },
    },
    {
      name: 'only-stream-speaks-the-protocol',
      severity: 'error',
      from: { path: '^packages/(?!stream|protocol)[^/]+/' },
      to: { path: '^packages/protocol/' },
    },
    {
      name: 'stream-runs-in-browsers',
      comment: 'packages/stream and packages/protocol never import Node-only modules.',
      severity: 'error',
      from: { path: '^packages/(stream|protocol)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    layer(
      'server-not-client',
      '^server/',
      { path: '^(client|test)/' },
      'client and server never import each other.',
    ),
    layer(
      'client-not-server',
      '^client/',
      { path: '^(server|test)/|^packages/(dicom|metadata|store)/' },
      'client and server never import each other.',
    ),
    layer(
      'not-to-tests',
      `^(?!.*${tests})(codec|packages|server|client)/`,
      { path: tests },
      'Tests are not imported by the product.',
    ),
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?(worker|url|raw|inline)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|build|dist)/' },
    parser: 'acorn',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
