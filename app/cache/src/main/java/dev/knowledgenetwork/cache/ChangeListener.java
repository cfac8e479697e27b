package dev.knowledgenetwork.cache;

/** Hears of changes in all processes. Called on a network thread: must return at once. */
public interface ChangeListener {

  /** A change; rarely the same one twice, and not in the order of its making across processes. */
  void onChange(KeyChange change);

  /** Changes may have been missed before now. */
  void onGap();
}
