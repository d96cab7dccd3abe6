/** On a field that few calls need: models with small windows aren't told of it, and may give it all the same. */
export const rare = { isRare: true } as const;
