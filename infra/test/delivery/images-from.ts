/** Names of the images of a list as `--images` takes it; throws where one is not named by a digest. */
export function imagesFrom(list: string): string[] {
  return list.split(',').map((pair) => {
    const [, name] = /^([a-z]+)=[\w.:/-]+@sha256:[0-9a-f]{64}$/.exec(pair) ?? [];
    if (!name) throw new Error(`${pair} is not named by its digest`);
    return name;
  });
}
