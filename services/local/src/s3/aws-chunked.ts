/**
 * The content of a body in the `aws-chunked` encoding: `<hex length>[;extensions]\r\n<bytes>\r\n … 0\r\n<trailers>`.
 * Checksums and signatures are not looked at: the connection never leaves the machine.
 * @throws RangeError where the framing is broken
 */
export function decodeAwsChunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const length = end < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', at, end), 16);
    if (Number.isNaN(length) || end + 2 + length > body.length)
      throw new RangeError('the aws-chunked body is broken');
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
