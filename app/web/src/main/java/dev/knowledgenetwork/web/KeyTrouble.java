package dev.knowledgenetwork.web;

/**
 * The keys that sign tokens cannot be read.
 *
 * @param address where they are published
 * @param words why they cannot be read, as it was said last
 * @param trusted whether those that were read before are still good, so that only new ones are
 *     refused
 */
public record KeyTrouble(String address, String words, boolean trusted) {}
