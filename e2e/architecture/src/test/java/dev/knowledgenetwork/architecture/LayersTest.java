package dev.knowledgenetwork.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which module may see which, operator and topology: the arrows of docs/architecture.md. */
class LayersTest {

  private static final String ROOT = "dev.knowledgenetwork.";

  static final ArchRule CORE_IS_PURE =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "operator.core..")
          .should()
          .dependOnClassesThat(
              clients()
                  .or(resideInAnyPackage("io.quarkus..", "io.javaoperatorsdk..", "jakarta.."))
                  .or(resideInAnyPackage("java.sql..", "java.net.http..", "io.micrometer.."))
                  .or(resideInAPackage(ROOT + "operator.runtime..")))
          .because("plans are values: they are tested without a cluster, a clock or a framework");

  static final ArchRule TOPOLOGY_IS_SHARED_AND_PURE =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "topology..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.knowledgenetwork..")
                  .and(DescribedPredicate.not(resideInAPackage(ROOT + "topology.."))))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "io.quarkus..", "io.fabric8..")
          .because("operator and application must agree on it byte for byte");

  private static final String CORE = ROOT + "operator.core.";
  private static final String RUNTIME = ROOT + "operator.runtime.";

  static final ArchRule THE_PLATFORM_KNOWS_NO_KIND =
      noClasses()
          .that()
          .resideInAnyPackage(
              CORE + "kind..",
              CORE + "operation..",
              CORE + "plan..",
              CORE + "workload..",
              CORE + "trial..",
              CORE + "naming..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORE + "shardset..", CORE + "cache..", CORE + "network..")
          .because("what one kind needs is in its rooms");

  static final ArchRule SHARD_SETS_KNOW_NO_OTHER_KIND = foreign("shardset", "cache", "network");

  static final ArchRule CACHES_KNOW_NO_OTHER_KIND = foreign("cache", "shardset", "network");

  static final ArchRule NETWORKS_KNOW_NO_OTHER_KIND = foreign("network", "shardset", "cache");

  static final ArchRule ONLY_CONNECT_OPENS_SOCKETS =
      noClasses()
          .that()
          .resideInAPackage(RUNTIME + ".")
          .and()
          .resideOutsideOfPackage(RUNTIME + "connect..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.net.http..", "javax.net.ssl..")
                  .or(name("io.lettuce.core.RedisClient"))
                  .or(name("org.postgresql.Driver"))
                  .or(name("java.net.Socket")))
          .because("time-outs, trust and pools are decided in one place");

  static final ArchRule CONNECT_KNOWS_NO_USER =
      noClasses()
          .that()
          .resideInAPackage(RUNTIME + "connect..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              RUNTIME + "observe..",
              RUNTIME + "act..",
              RUNTIME + "apply..",
              RUNTIME + "reconcile..",
              RUNTIME + "report..");

  static final ArchRule HANDS_AND_EYES_KNOW_NOT_EACH_OTHER =
      slices()
          .matching(RUNTIME + "(act|apply|observe)..")
          .should()
          .notDependOnEachOther()
          .because("what one of them found out reaches the next as a value");

  static final ArchRule NOBODY_CALLS_THE_RECONCILERS =
      noClasses()
          .that()
          .resideInAPackage(RUNTIME + ".")
          .and()
          .resideOutsideOfPackages(RUNTIME + "reconcile..", RUNTIME + "assembly..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(RUNTIME + "reconcile..");

  private static ArchRule foreign(String kind, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(CORE + kind + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.of(others).map(other -> CORE + other + "..").toArray(String[]::new))
        .because("what two kinds share moves down into the platform");
  }

  static final ArchRule NO_CYCLES =
      slices().matching("dev.knowledgenetwork.(**)").should().beFreeOfCycles();

  static final ArchRule ROOMS_OF_THE_CORE_HAVE_NO_CYCLES =
      slices()
          .matching(ROOT + "operator.core.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a kind, with all packages below it, stands on the platform and not beside it");

  static Stream<ArchRule> rules() {
    return Stream.of(
        CORE_IS_PURE,
        TOPOLOGY_IS_SHARED_AND_PURE,
        THE_PLATFORM_KNOWS_NO_KIND,
        SHARD_SETS_KNOW_NO_OTHER_KIND,
        CACHES_KNOW_NO_OTHER_KIND,
        NETWORKS_KNOW_NO_OTHER_KIND,
        ONLY_CONNECT_OPENS_SOCKETS,
        CONNECT_KNOWS_NO_USER,
        HANDS_AND_EYES_KNOW_NOT_EACH_OTHER,
        NOBODY_CALLS_THE_RECONCILERS,
        NO_CYCLES,
        ROOMS_OF_THE_CORE_HAVE_NO_CYCLES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(ProductClasses.all());
  }

  /** The client library, but for the base class of custom resources. */
  private static DescribedPredicate<JavaClass> clients() {
    return resideInAPackage("io.fabric8.kubernetes.client..")
        .and(DescribedPredicate.not(name("io.fabric8.kubernetes.client.CustomResource")))
        .and(
            DescribedPredicate.not(
                nameMatching("io\\.fabric8\\.kubernetes\\.client\\.utils\\.Serialization")))
        .as("clients");
  }
}
