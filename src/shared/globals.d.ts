/** The part of the URL Standard that every runtime has; src/shared sees neither Node's nor the DOM's types. */
declare global {
  class URL {
    constructor(input: string, base?: string);
    readonly protocol: string;
    readonly username: string;
    readonly password: string;
    readonly hostname: string;
    readonly host: string;
    readonly port: string;
    readonly pathname: string;
    readonly search: string;
    readonly hash: string;
    readonly href: string;
  }
}

export {};
