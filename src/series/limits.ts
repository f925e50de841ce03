/** The limits that several series go to, each to 60 significant digits, cut off. */
import type { SeriesDefinition } from './definition.ts';

type Limit = NonNullable<SeriesDefinition['limit']>;

export const PI: Limit = {
  name: 'π',
  decimal: '3.14159265358979323846264338327950288419716939937510582097494',
};

export const LN_2: Limit = {
  name: 'ln 2',
  decimal: '0.693147180559945309417232121458176568075500134360255254120680',
};

export const SQRT_2: Limit = {
  name: '√2',
  decimal: '1.41421356237309504880168872420969807856967187537694807317667',
};

/** Apéry's constant. */
export const ZETA_3: Limit = {
  name: 'ζ(3)',
  decimal: '1.20205690315959428539973816151144999076498629234049888179227',
};

/** Catalan's constant. */
export const CATALAN: Limit = {
  name: 'G',
  decimal: '0.915965594177219015054603514932384110774149374281672134266498',
};
