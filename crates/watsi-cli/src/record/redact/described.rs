//! What the contract says about a value.

use serde_json::Value;

/// A part of the contract and its JSON pointer.
#[derive(Clone)]
pub struct Place<'c> {
    pub pointer: String,
    pub value: &'c Value,
}

/// The schemas that apply to a value, including the parts of `allOf`, `anyOf` and `oneOf`. It is empty if the contract
/// does not describe the value.
#[derive(Clone)]
pub struct Described<'c> {
    root: &'c Value,
    /// The schemas that are stated for the value.
    stated: Vec<Place<'c>>,
    /// These, and the schemas they consist of.
    all: Vec<Place<'c>>,
}

impl<'c> Place<'c> {
    pub fn root(value: &'c Value) -> Self {
        Place {
            pointer: String::new(),
            value,
        }
    }

    pub fn get(&self, key: &str) -> Option<Place<'c>> {
        let value = match self.value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            value => value.get(key)?,
        };
        let key = key.replace('~', "~0").replace('/', "~1");
        Some(Place {
            pointer: format!("{}/{key}", self.pointer),
            value,
        })
    }

    pub fn items(&self) -> Vec<Place<'c>> {
        let count = self.value.as_array().map_or(0, Vec::len);
        let items = (0..count).filter_map(|index| self.get(&index.to_string()));
        items.collect()
    }

    /// Returns the target of the place's `$ref`.
    pub fn target(&self, root: &'c Value) -> Option<Place<'c>> {
        let pointer = self.value.get("$ref")?.as_str()?.strip_prefix('#')?;
        Some(Place {
            pointer: pointer.to_owned(),
            value: root.pointer(pointer)?,
        })
    }

    /// Follows references. The contract has been parsed, so they are finite.
    pub fn resolved(self, root: &'c Value) -> Place<'c> {
        match self.target(root) {
            Some(target) => target.resolved(root),
            None => self,
        }
    }
}

impl<'c> Described<'c> {
    pub fn new(root: &'c Value, stated: Vec<Place<'c>>) -> Self {
        let mut all: Vec<Place<'c>> = Vec::new();
        let mut open = stated.clone();
        while let Some(place) = open.pop() {
            if all
                .iter()
                .any(|known| std::ptr::eq(known.value, place.value))
            {
                continue;
            }
            open.extend(place.target(root));
            for key in ["allOf", "anyOf", "oneOf"] {
                open.extend(place.get(key).iter().flat_map(Place::items));
            }
            for key in ["if", "then", "else"] {
                open.extend(place.get(key));
            }
            all.push(place);
        }
        Described { root, stated, all }
    }

    /// Returns the JSON pointers of the schemas that are stated for the value.
    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        self.stated.iter().map(|place| place.pointer.as_str())
    }

    pub fn is_sensitive(&self) -> bool {
        let mut all = self.all.iter();
        all.any(|place| place.value["x-sensitive"] == Value::Bool(true))
    }

    /// Returns whether a value of this type is documented.
    pub fn has_type(&self, name: &str) -> bool {
        self.all.iter().any(|place| match &place.value["type"] {
            Value::String(one) => one == name,
            Value::Array(several) => several.iter().any(|one| one == name),
            _ => false,
        })
    }

    /// Returns whether the contract itself contains the value: in an enum, or as a constant.
    pub fn lists(&self, value: &Value) -> bool {
        self.all.iter().any(|place| {
            let listed = ["enum", "x-extensible-enum"].into_iter();
            let mut listed = listed.filter_map(|key| place.value[key].as_array());
            listed.any(|values| values.contains(value)) || place.value.get("const") == Some(value)
        })
    }

    /// Returns values from the contract that probably conform to it.
    pub fn samples(&self) -> impl Iterator<Item = &'c Value> {
        self.all.iter().flat_map(|place| {
            let single = ["example", "default", "minimum", "maximum"].into_iter();
            let single = single.filter_map(|key| place.value.get(key));
            single.chain(place.value["examples"].as_array().into_iter().flatten())
        })
    }

    /// Returns what describes a property, and whether the contract has its name.
    pub fn property(&self, name: &str) -> (Described<'c>, bool) {
        let properties = self.all.iter().filter_map(|place| place.get("properties"));
        let named: Vec<_> = properties.filter_map(|place| place.get(name)).collect();
        if !named.is_empty() {
            return (Described::new(self.root, named), true);
        }
        (self.below("additionalProperties"), false)
    }

    pub fn item(&self, index: usize) -> Described<'c> {
        let tuples = self.all.iter().filter_map(|place| place.get("prefixItems"));
        let items = tuples.filter_map(|place| place.get(&index.to_string()));
        let items: Vec<_> = items.collect();
        if items.is_empty() {
            return self.below("items");
        }
        Described::new(self.root, items)
    }

    fn below(&self, key: &str) -> Described<'c> {
        let below = self.all.iter().filter_map(|place| place.get(key));
        let below = below.filter(|place| place.value.is_object());
        Described::new(self.root, below.collect())
    }
}
