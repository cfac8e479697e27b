/**
 * What all rooms of the application speak of: tenants, ids, callers, changes, outcomes, and what a
 * module contributes. No framework, no driver.
 */
@NullMarked
package dev.knowledgenetwork.kernel;

import org.jspecify.annotations.NullMarked;
