/** What tests on a real cluster share: the cluster, the platform under test, its API, faults. */
@NullMarked
package dev.knowledgenetwork.testkit;

import org.jspecify.annotations.NullMarked;
