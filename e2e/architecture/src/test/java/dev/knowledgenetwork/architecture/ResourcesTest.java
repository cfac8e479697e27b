package dev.knowledgenetwork.architecture;

import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.metaAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A resource that no list names, or a method that says nothing of its callers, would answer 404.
 */
class ResourcesTest {

  private static final String ROOT = "dev.knowledgenetwork.";
  private static final String CAPABILITY = ROOT + "kernel.Capability";
  private static final String PATH = "jakarta.ws.rs.Path";

  static final ArchRule EVERY_RESOURCE_SAYS_WHICH_ROLE_SERVES_IT =
      classes().that().areAnnotatedWith(PATH).should().beAnnotatedWith(ROOT + "web.ServedBy");

  static final ArchRule EVERY_METHOD_SAYS_WHAT_IT_REQUIRES =
      methods()
          .that(metaAnnotatedWith("jakarta.ws.rs.HttpMethod"))
          .should()
          .beAnnotatedWith(ROOT + "web.Requires");

  @Test
  void everyResourceSaysWhichRoleServesIt() {
    EVERY_RESOURCE_SAYS_WHICH_ROLE_SERVES_IT.check(ProductClasses.all());
  }

  @Test
  void everyMethodSaysWhatItRequiresOfACaller() {
    EVERY_METHOD_SAYS_WHAT_IT_REQUIRES.check(ProductClasses.all());
  }

  @Test
  void everyResourceIsARouteOfACapability() {
    Set<JavaClass> routes =
        capabilities().stream()
            .flatMap(capability -> uses(capability).stream())
            .collect(Collectors.toSet());
    List<JavaClass> resources =
        ProductClasses.all().stream().filter(each -> each.isAnnotatedWith(PATH)).toList();
    assertThat(resources).isNotEmpty().isSubsetOf(routes);
  }

  @Test
  void everyCapabilityIsAModuleOfTheApplication() {
    assertThat(capabilities())
        .isNotEmpty()
        .isSubsetOf(uses(ProductClasses.all().get(ROOT + "server.Modules")));
  }

  private static Set<JavaClass> capabilities() {
    return ProductClasses.all().stream()
        .filter(each -> !each.isInterface() && each.isAssignableTo(CAPABILITY))
        .collect(Collectors.toSet());
  }

  private static Set<JavaClass> uses(JavaClass user) {
    return user.getDirectDependenciesFromSelf().stream()
        .map(Dependency::getTargetClass)
        .collect(Collectors.toSet());
  }
}
