/** The kind CacheTier: a cache in two levels. */
@NullMarked
package dev.knowledgenetwork.crds.cachetier;

import org.jspecify.annotations.NullMarked;
