package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheKeyTest {

  @Test
  void namesVersionClassTenantAndId() {
    assertThat(new CacheKey("document", "acme", "42").text("1")).isEqualTo("v1:document:acme:42");
  }

  @Test
  void noTenantCanNameAnothersKey() {
    assertThat(new CacheKey("document", "a:b", "c").text("1"))
        .isNotEqualTo(new CacheKey("document", "a", "b:c").text("1"));
    assertThat(new CacheKey("document", "a%3Ab", "c").text("1"))
        .isNotEqualTo(new CacheKey("document", "a:b", "c").text("1"));
  }
}
