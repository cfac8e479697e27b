/** Buckets, hash ring and topology document: what operator and application must compute alike. */
@NullMarked
package dev.knowledgenetwork.topology;

import org.jspecify.annotations.NullMarked;
