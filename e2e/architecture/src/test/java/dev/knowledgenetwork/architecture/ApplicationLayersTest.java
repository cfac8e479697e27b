package dev.knowledgenetwork.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which module of the application may see which: the arrows of docs/architecture.md. */
class ApplicationLayersTest {

  private static final String ROOT = "dev.knowledgenetwork.";
  private static final String[] FRAMEWORKS = {"io.quarkus..", "io.vertx..", "io.smallrye.mutiny.."};
  private static final String[] DATABASE = {
    "java.sql..", "javax.sql..", "org.postgresql..", "org.jooq.."
  };

  static final ArchRule KERNEL_STANDS_ALONE = sees("kernel");

  static final ArchRule KERNEL_KNOWS_NO_TECHNOLOGY =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "kernel..")
          .should()
          .dependOnClassesThat(
              DescribedPredicate.not(
                  resideInAnyPackage(
                          "java.lang..", "java.util..", "java.time..", "java.nio.charset..")
                      .or(resideInAnyPackage("java.security..", "java.text..", "org.jspecify.."))
                      .or(resideInAPackage(ROOT + "kernel.."))))
          .because("what all rooms speak of does not depend on how it is stored or served");

  static final ArchRule SHARDING_SEES_KERNEL_AND_TOPOLOGY = sees("sharding", "kernel", "topology");

  static final ArchRule SHARDING_WORKS_WITHOUT_A_FRAMEWORK = avoids("sharding", "jakarta..");

  static final ArchRule THE_CACHE_SEES_THE_KERNEL = sees("cache", "kernel");

  static final ArchRule THE_CACHE_WORKS_WITHOUT_A_FRAMEWORK = avoids("cache", "jakarta..");

  static final ArchRule THE_CACHE_KNOWS_NO_DATABASE = avoids("cache", DATABASE);

  static final ArchRule WEB_SEES_THE_KERNEL = sees("web", "kernel");

  static final ArchRule WEB_WORKS_WITHOUT_A_SERVER = avoids("web");

  static final ArchRule WEB_KNOWS_NO_DATABASE = avoids("web", DATABASE);

  static final ArchRule EVENTS_SEE_SHARDING_AND_WEB =
      sees("events", "kernel", "sharding", "web", "topology");

  static final ArchRule EVENTS_WORK_WITHOUT_A_SERVER = avoids("events");

  private static final String[] PLATFORM = {"kernel", "sharding", "cache", "web", "events"};

  static final ArchRule ONE_LIST_NAMES_THE_CAPABILITIES =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "server..")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "server.Modules")
          .should()
          .dependOnClassesThat(
              othersThan("server", "kernel", "sharding", "cache", "web", "events", "topology"))
          .because("another capability must cost one line");

  static final ArchRule OPERATOR_AND_APPLICATION_SHARE_ONLY_TOPOLOGY =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "operator..", ROOT + "crds..")
          .should()
          .dependOnClassesThat(othersThan("operator", "crds", "topology"));

  /** Of this product a module sees the given ones and nothing else. */
  private static ArchRule sees(String module, String... others) {
    String[] seen = Stream.concat(Stream.of(module), Arrays.stream(others)).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat(othersThan(seen))
        .as(module + " sees of the product " + Arrays.toString(others));
  }

  private static DescribedPredicate<JavaClass> othersThan(String... modules) {
    String[] seen = Arrays.stream(modules).map(each -> ROOT + each + "..").toArray(String[]::new);
    return resideInAPackage("dev.knowledgenetwork..")
        .and(DescribedPredicate.not(resideInAnyPackage(seen)));
  }

  /** A module uses neither the server's framework nor the given packages. */
  private static ArchRule avoids(String module, String... packages) {
    return noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(FRAMEWORKS).or(resideInAnyPackage(packages)))
        .as(module + " avoids the framework and " + Arrays.toString(packages));
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
        KERNEL_STANDS_ALONE,
        KERNEL_KNOWS_NO_TECHNOLOGY,
        SHARDING_SEES_KERNEL_AND_TOPOLOGY,
        SHARDING_WORKS_WITHOUT_A_FRAMEWORK,
        THE_CACHE_SEES_THE_KERNEL,
        THE_CACHE_WORKS_WITHOUT_A_FRAMEWORK,
        THE_CACHE_KNOWS_NO_DATABASE,
        WEB_SEES_THE_KERNEL,
        WEB_WORKS_WITHOUT_A_SERVER,
        WEB_KNOWS_NO_DATABASE,
        EVENTS_SEE_SHARDING_AND_WEB,
        EVENTS_WORK_WITHOUT_A_SERVER,
        ONE_LIST_NAMES_THE_CAPABILITIES,
        OPERATOR_AND_APPLICATION_SHARE_ONLY_TOPOLOGY);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(ProductClasses.all());
  }

  /** Modules that contribute to the application and are no part of the platform. */
  static Stream<String> capabilities() {
    return ProductClasses.all().stream()
        .filter(each -> !each.isInterface() && each.isAssignableTo(ROOT + "kernel.Capability"))
        .map(each -> each.getPackageName().substring(ROOT.length()).split("\\.")[0])
        .filter(module -> !List.of("server", "events").contains(module))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("capabilities")
  void aCapabilitySeesThePlatformAndNoOther(String module) {
    sees(module, PLATFORM).check(ProductClasses.all());
    avoids(module).check(ProductClasses.all());
  }
}
