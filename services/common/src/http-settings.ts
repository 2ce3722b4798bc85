import { isIP } from 'node:net';
import { type Static, Type } from 'typebox';
import { ENVARS } from './envars.ts';
import { StartupError } from './errors.ts';
import { isLoopback } from './loopback-host.ts';

/** What both services let in over HTTP, and how much of it. */
export interface HttpRules {
  maxBodyBytes: number;
  /** All header lines of one request together. */
  maxHeaderBytes: number;
  /** Of a caller whose key does not say; 0: any number. */
  requestsPerMinute: number;
  /** Web origins whose pages may call. */
  corsOrigins: readonly string[];
  /** Addresses and networks whose `x-forwarded-for` is believed. */
  trustedProxies: readonly string[];
}

/** Settings of both services; to be spread into the schema of their environment. */
export const httpSettings = (defaults: { maxBodyBytes: number }) => ({
  [ENVARS.MAX_BODY_BYTES]: Type.Integer({
    minimum: 1_024,
    maximum: 268_435_456,
    default: defaults.maxBodyBytes,
  }),
  [ENVARS.MAX_HEADER_BYTES]: Type.Integer({ minimum: 2_048, maximum: 65_536, default: 16_384 }),
  [ENVARS.RATE_LIMIT_PER_MINUTE]: Type.Integer({ minimum: 0, maximum: 100_000_000, default: 60_000 }),
  [ENVARS.CORS_ORIGINS]: Type.String({ default: '' }),
  [ENVARS.TRUSTED_PROXIES]: Type.String({ default: '' }),
});
const Settings = Type.Object(httpSettings({ maxBodyBytes: 0 }));
export type HttpSettings = Static<typeof Settings>;

const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** Scheme, host and port, as a browser sends it; plain http is for pages on the same machine. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

/** Whoever is trusted writes the address that the logs show, so half the world must not be. */
function isNarrow(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (!family || more.length) return false;
  const [least, most] = family === 4 ? [8, 32] : [32, 128];
  return prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) >= least && Number(prefix) <= most);
}

/** @throws StartupError naming the variable */
export function httpRulesOf(settings: HttpSettings): HttpRules {
  const corsOrigins = listOf(settings.CORS_ORIGINS);
  const trustedProxies = listOf(settings.TRUSTED_PROXIES);
  const [origin, proxy] = [corsOrigins.find((o) => !isOrigin(o)), trustedProxies.find((p) => !isNarrow(p))];
  if (origin !== undefined)
    throw new StartupError(
      `${ENVARS.CORS_ORIGINS}: ${origin} is no origin such as https://pages.example (no path, no *, https but for loopback)`,
    );
  if (proxy !== undefined)
    throw new StartupError(
      `${ENVARS.TRUSTED_PROXIES}: ${proxy} is no address, nor a network of /8 (IPv6: /32) or less`,
    );
  return {
    maxBodyBytes: settings.MAX_BODY_BYTES,
    maxHeaderBytes: settings.MAX_HEADER_BYTES,
    requestsPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    corsOrigins,
    trustedProxies,
  };
}
