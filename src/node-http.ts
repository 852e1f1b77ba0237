/**
 * Node's own module. To `import` it would read each of its names, and one of them loads a WebSocket
 * that nobody uses: a tenth of what a worker takes to start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
