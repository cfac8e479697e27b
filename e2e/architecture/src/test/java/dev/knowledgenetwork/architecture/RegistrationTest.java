package dev.knowledgenetwork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written and stands in no list would never work, and nothing else would tell. */
class RegistrationTest {

  private static final String CORE = "dev.knowledgenetwork.operator.core.";
  private static final String RUNTIME = "dev.knowledgenetwork.operator.runtime.";
  private static final JavaClass LIST =
      ProductClasses.all().get(RUNTIME + "assembly.OperatorRuntime");

  @Test
  void everyHandlerOfAnActionIsRegistered() {
    everyOneIsIn(uses(LIST), implementers(RUNTIME + "act.ActionHandler"));
  }

  @Test
  void everyActionHasAHandler() {
    everyOneIsIn(usedBy(RUNTIME + "act.ActionHandler"), implementers(CORE + "plan.Action"));
  }

  @Test
  void everyObserverIsRegistered() {
    everyOneIsIn(uses(LIST), implementers(RUNTIME + "observe.Observer"));
  }

  @Test
  void everyOperationIsInTheListOfAKind() {
    everyOneIsIn(usedBy(CORE + "kind.Kind"), implementers(CORE + "operation.Operation"));
  }

  @Test
  void everyOptionalApiIsNamedByAKind() {
    List<String> declared =
        ProductClasses.all().stream()
            .flatMap(each -> each.getFields().stream())
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
            .filter(field -> field.getRawType().getName().equals(CORE + "plan.OptionalApi"))
            .map(JavaField::getFullName)
            .toList();
    Set<String> registered =
        implementers(CORE + "kind.Kind").stream()
            .flatMap(kind -> kind.getFieldAccessesFromSelf().stream())
            .map(JavaFieldAccess::getTarget)
            .map(target -> target.getFullName())
            .collect(Collectors.toSet());
    assertThat(declared).isNotEmpty().isSubsetOf(registered);
  }

  private static void everyOneIsIn(Set<JavaClass> list, Set<JavaClass> all) {
    assertThat(all).isNotEmpty();
    assertThat(all.stream().filter(each -> !list.contains(each)).map(JavaClass::getName))
        .as("not registered")
        .isEmpty();
  }

  private static Set<JavaClass> implementers(String type) {
    return ProductClasses.all().stream()
        .filter(each -> !each.isInterface() && each.isAssignableTo(type))
        .collect(Collectors.toSet());
  }

  private static Set<JavaClass> usedBy(String type) {
    return implementers(type).stream()
        .flatMap(each -> uses(each).stream())
        .collect(Collectors.toSet());
  }

  private static Set<JavaClass> uses(JavaClass user) {
    return Stream.of(user)
        .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
        .map(Dependency::getTargetClass)
        .collect(Collectors.toSet());
  }
}
