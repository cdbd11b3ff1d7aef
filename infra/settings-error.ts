/** A mistake in the stack's settings: its message is for the person who set them, and the only thing they see. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
