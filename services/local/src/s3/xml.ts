import { XMLBuilder, XMLParser } from 'fast-xml-parser';

const builder = new XMLBuilder();
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Object' });

/** An XML document with one root element. */
export const xml = (root: string, content: object): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: content })}`;

export const parseXml = (text: string): Record<string, unknown> =>
  parser.parse(text) as Record<string, unknown>;
