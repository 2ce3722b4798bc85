declare module 'fs-native-extensions' {
  /** @returns whether this descriptor now holds the file's exclusive lock, which ends with the process at the latest */
  export function tryLock(fd: number): boolean;
}
