/**
 * Text of others without control characters, line ends and tabs aside, and without what turns the order of writing round: it
 * does not get to steer a terminal or a host, nor to look like other text than it is.
 */
export const visible = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');

/** The same as one line, such as a name. */
export const visibleLine = (text: string): string => visible(text).replaceAll(/[\t\n]/g, '\ufffd');
