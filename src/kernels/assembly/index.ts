/** The kernels' WebAssembly module, compiled by `npm run build:kernels`: what it exports, the threads may call. */
export * from './quads';
export * from './wallis';
export * from './double-double';
export { pointsInside } from './philox';
export * from './prime-sums';
export * from './twin-sums';
