/**
 * The roles of the application: pods, settings, traffic, sizes, and how far their Deployments are.
 */
@NullMarked
package dev.knowledgenetwork.operator.core.network.roles;

import org.jspecify.annotations.NullMarked;
