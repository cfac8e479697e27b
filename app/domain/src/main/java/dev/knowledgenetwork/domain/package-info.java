/** Documents: values, commands, rules and the ports through which they are stored and cached. */
@NullMarked
package dev.knowledgenetwork.domain;

import org.jspecify.annotations.NullMarked;
