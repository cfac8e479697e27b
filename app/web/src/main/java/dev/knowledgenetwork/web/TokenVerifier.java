package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;

/** Decides whether a token is good. Thread safe. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * The caller that a token stands for.
   *
   * @throws ProblemException {@link ProblemType#UNAUTHENTICATED} for a token that is not valid,
   *     {@link ProblemType#NO_TENANT} for one that names no tenant; neither quotes the token
   */
  Caller verify(String token);
}
