/** A complaint about the command line, without what was given there by mistake: a secret, perhaps. Pure. */

const OPTION = /^--?[a-z][a-z-]*$/;

/**
 * Names of options stay, for they say what is wrong; values go.
 * @param text - quotes what it repeats, as commander does
 */
export function withoutGiven(text: string, args: readonly string[]): string {
  return args.reduce((left, arg) => {
    const [, name = '', value = arg] = /^(--[a-z][a-z-]*=)([\s\S]*)$/.exec(arg) ?? [];
    if (value === '' || OPTION.test(arg)) return left;
    return left.replaceAll(`'${name}${value}'`, `'${name}…'`);
  }, text);
}
