const secret =
  /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|token|secret|password|api-?key|^x-amz-security|^x-auth|signature/i;

/** Whether what stands in a header is nobody else's business: it is shown when it is asked for. */
export const isSecretHeader = (name: string): boolean => secret.test(name);
