/** The version of package.json, which a unit test holds this to: a bundle has no package.json to read. */
export const version = '0.1.0';
