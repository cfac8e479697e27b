package dev.knowledgenetwork.operator.runtime.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftTest {

  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':{'replicas':3}} | {'spec':{'replicas':3,'paused':true},'status':{}}",
        "{'spec':{'list':[]}} | {'spec':{}}",
        "{'spec':{'text':''}} | {}",
        "{'spec':{'port':'http'}} | {'spec':{'port':'http'}}",
        "{'spec':{'ports':[{'port':80,'targetPort':'8080'}]}}"
            + "| {'spec':{'ports':[{'port':80,'targetPort':8080,'protocol':'TCP'}]}}",
        "{'resources':{'limits':{'cpu':'1000m','memory':'1024Mi'}}}"
            + "| {'resources':{'limits':{'cpu':'1','memory':'1Gi'}}}",
        "{'containers':[{'name':'a'}]} | {'containers':[{'name':'sidecar'},{'name':'a','x':1}]}",
        "{'volumeMounts':[{'mountPath':'/a','name':'v'}]}"
            + "| {'volumeMounts':[{'mountPath':'/token'},{'mountPath':'/a','name':'v'}]}",
        "{'ports':[{'containerPort':80}]} | {'ports':[{'containerPort':80,'protocol':'TCP'}]}",
        "{'command':['a','b']} | {'command':['a','b']}",
      })
  void seesNoDifference(String desired, String live) {
    assertThat(differences(desired, live)).isEmpty();
  }

  @ParameterizedTest(name = "{0} is not {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':{'replicas':3}} | {'spec':{'replicas':2}} | /spec/replicas",
        "{'spec':{'replicas':3}} | {} | /spec/replicas",
        "{'data':{'a':'1.0'}} | {'data':{'a':'1'}} | /data/a",
        "{'containers':[{'name':'a','image':'x'}]} | {'containers':[{'name':'b'}]}"
            + "| /containers/a/name",
        "{'command':['a','b']} | {'command':['b','a']} | /command/0",
        "{'rules':[{'verbs':['get']}]} | {'rules':[{'verbs':['get']},{'verbs':['*']}]} | /rules",
        "{'ingress':[{'ports':[{'port':1}]}]} | {'ingress':[{'ports':[{'port':1},{'port':2}]}]}"
            + "| /ingress/0/ports",
        "{'metadata':{'labels':{'a':'b'}}} | {'metadata':{'labels':{'a':'c'}}} |/metadata/labels/a",
        "{'resources':{'limits':{'cpu':'2'}}} | {'resources':{'limits':{'cpu':'1'}}}"
            + "| /resources/limits/cpu",
      })
  void seesTheDifference(String desired, String live, String path) {
    assertThat(differences(desired, live)).extracting(Drift.Difference::path).contains(path);
  }

  @Test
  void aDroppedFieldOfOursIsLeftToTheHash() {
    assertThat(differences("{'a':1}", "{'a':1,'b':2}")).isEmpty();
  }

  private List<Drift.Difference> differences(String desired, String live) {
    return Drift.between(tree(desired), tree(live));
  }

  private com.fasterxml.jackson.databind.JsonNode tree(String text) {
    try {
      return json.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
