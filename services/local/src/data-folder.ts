/** Where local mode keeps everything, unless --data says otherwise; below the folder that npm runs in. */
export const DEFAULT_DATA_FOLDER = '.tristore';
