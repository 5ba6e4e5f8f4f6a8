/** For tests: the smallest file. */

/** The smallest thing that passes for a PNG. */
export const PNG = Uint8Array.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (byte) => byte.charCodeAt(0));
