/** Documents: values, rules, their rows, their cache and their REST interface. */
@NullMarked
package dev.knowledgenetwork.documents;

import org.jspecify.annotations.NullMarked;
