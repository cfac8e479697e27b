/** What a user would do and what may befall a platform, on a real cluster of several nodes. */
@NullMarked
package dev.knowledgenetwork.scenarios;

import org.jspecify.annotations.NullMarked;
