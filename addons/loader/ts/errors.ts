export type LoaderErrorCode = 'ERR_BAD_SWITCH' | 'ERR_NO_PACKAGE_ROOT' | 'ERR_BINDING_MISSING';

/** What the loader throws; `BindingMissingError` is one of them. */
export class LoaderError extends Error {
  readonly code: LoaderErrorCode;

  constructor(code: LoaderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LoaderError';
    this.code = code;
  }
}
