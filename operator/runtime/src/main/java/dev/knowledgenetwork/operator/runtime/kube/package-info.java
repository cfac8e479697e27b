/** What the operator sees of the cluster: one informer a kind, and its own newest writes. */
@NullMarked
package dev.knowledgenetwork.operator.runtime.kube;

import org.jspecify.annotations.NullMarked;
