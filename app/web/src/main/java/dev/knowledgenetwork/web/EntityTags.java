package dev.knowledgenetwork.web;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags: {@code "7"} is version 7 of a resource. Strong, because equal versions have equal
 * bodies.
 */
final class EntityTags {

  /** One tag, in the words of OpenAPI. */
  static final String ONE = "^(W/)?\"[!#-~]*\"$";

  /** Any version. */
  static final String ANY = "*";

  private static final Pattern TAG =
      Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e]*)\"\\s*(?:,|$)");

  private record Tag(boolean weak, String text) {}

  private EntityTags() {}

  /** The tag of a version. */
  static String of(long version) {
    return "\"" + version + "\"";
  }

  /**
   * Whether {@code If-None-Match} names this version (then the client has it already). A header
   * that cannot be read matches nothing: the client gets the resource.
   */
  static boolean noneMatchNames(@Nullable String header, long version) {
    if (header == null) {
      return false;
    }
    if (header.strip().equals(ANY)) {
      return true;
    }
    List<Tag> tags = parse(header);
    return tags != null && tags.stream().anyMatch(tag -> tag.text().equals(Long.toString(version)));
  }

  /**
   * The version that {@code If-Match} demands; empty for {@code *}. A tag that no version of ours
   * can have (weak, or no number) demands a version that no resource has.
   *
   * @throws ProblemException if the header is no single tag
   */
  static OptionalLong demanded(String header) {
    if (header.strip().equals(ANY)) {
      return OptionalLong.empty();
    }
    List<Tag> tags = parse(header);
    if (tags == null || tags.size() != 1) {
      throw notOneTag();
    }
    Tag tag = tags.getFirst();
    boolean ours = !tag.weak() && tag.text().matches("[1-9][0-9]{0,17}");
    return OptionalLong.of(ours ? Long.parseLong(tag.text()) : NO_VERSION);
  }

  /**
   * The version that {@code If-Match} demands of a change: exactly one.
   *
   * @throws ProblemException 428 without the header, 400 if it is no single tag
   */
  static long required(@Nullable String header) {
    if (header == null) {
      throw new ProblemException(
          ProblemType.VERSION_REQUIRED, "Send If-Match with the ETag of the version you read");
    }
    return demanded(header).orElseThrow(EntityTags::notOneTag);
  }

  /**
   * The version that {@code If-Match} demands, if there is such a header. Takes the headers as they
   * came: where the framework hands over one, it leaves empty values out, and who sends one did not
   * mean any version.
   *
   * @throws ProblemException 400 if it is no single tag
   */
  static OptionalLong optional(HttpHeaders headers) {
    List<String> values = headers.getRequestHeaders().get(HttpHeaders.IF_MATCH);
    return values == null ? OptionalLong.empty() : demanded(String.join(",", values));
  }

  private static ProblemException notOneTag() {
    return new ProblemException(
        ProblemType.INVALID_PARAMETER, "If-Match must be one entity tag, such as \"7\"");
  }

  /** Versions begin at 1. */
  private static final long NO_VERSION = 0;

  /** A comma may stand in a tag, too. */
  private static @Nullable List<Tag> parse(String header) {
    List<Tag> tags = new ArrayList<>();
    Matcher matcher = TAG.matcher(header);
    int end = 0;
    while (end < header.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        return null;
      }
      tags.add(new Tag(matcher.group(1) != null, matcher.group(2)));
      end = matcher.end();
    }
    return tags.isEmpty() || header.endsWith(",") ? null : tags;
  }
}
